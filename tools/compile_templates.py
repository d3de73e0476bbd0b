"""Parse every template of ours, so that a typing error shows before a page is opened."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDERS = [ROOT / "templates", *ROOT.glob("*/templates"), ROOT / "config" / "sandbox" / "templates"]


def main():
    import django

    django.setup()
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    names = sorted(
        str(file.relative_to(folder))
        for folder in FOLDERS
        if folder.is_dir() and ".venv" not in folder.parts
        for file in folder.rglob("*")
        if file.is_file()
    )
    problems = []
    for name in names:
        try:
            get_template(name)
        except (TemplateSyntaxError, UnicodeDecodeError) as problem:
            problems.append(f"{name}: {problem}")
    print("\n".join([*problems, f"{len(names)} templates, {len(problems)} with an error"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
