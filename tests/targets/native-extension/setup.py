from setuptools import Extension, setup

setup(ext_modules=[Extension("native_extension._answer", ["native_extension/_answer.c"])])
