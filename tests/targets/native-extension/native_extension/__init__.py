from native_extension._answer import answer

__all__ = ["answer"]
