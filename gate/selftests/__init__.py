"""Proves that the gate can turn red: ``plant`` plants slowdowns, ``trials`` tries them."""
