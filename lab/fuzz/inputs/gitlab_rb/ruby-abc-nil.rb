'abc'[nil]
