"""As much of pytest as the examples use, so that they can be run where it is not installed: `python3 -m pytest FILE`."""

import contextlib
import inspect
import runpy
import sys
import types


def fixture(function):
    function.is_fixture = True
    return function


@contextlib.contextmanager
def raises(kind):
    caught = types.SimpleNamespace(value=None)
    try:
        yield caught
    except kind as error:
        caught.value = error
        return
    raise AssertionError(f"{kind.__name__} was expected")


def run(names):
    """Runs every test of a module, each with fixtures of its own."""
    tests = [function for name, function in names.items() if name.startswith("test_")]
    for test in tests:
        with contextlib.ExitStack() as stack:
            made = {}
            for name in inspect.signature(test).parameters:
                assert names[name].is_fixture, name
                made[name] = stack.enter_context(contextlib.contextmanager(names[name])())
            test(**made)
    print(f"{len(tests)} passed")


if __name__ == "__main__":
    sys.modules["pytest"] = sys.modules["__main__"]
    run(runpy.run_path(sys.argv[1]))
