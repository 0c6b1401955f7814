"""The whole hub in one process, on one seed and a clock of its own: every call of a store or a stream may crash, freeze
or be overtaken, and afterwards every number must be exact.
"""
