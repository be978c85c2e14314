"""What hostile code would try first: the attacks, and the places that they are aimed at."""
