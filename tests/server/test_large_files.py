"""A file of many functions costs no more messages than a person can read."""

from tests.server.conftest import Editor


async def test_a_file_of_many_functions_is_checked_to_its_end(editor: Editor) -> None:
    file = editor.open("a.py", "".join(f"def f{number}(x):\n    return x\n\n\n" for number in range(300)))
    await file.checked()
    assert len(file.functions) == 300
    assert {function["verdict"] for function in file.functions.values()} == {"holds"}
