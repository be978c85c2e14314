def work(n):
    return sum(i * i for i in range(n))
