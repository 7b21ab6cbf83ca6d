"""Where pictures and names come from: Debian's copies of Noto Color Emoji and the CLDR annotations."""

import argparse
import xml.etree.ElementTree as ElementTree
from pathlib import Path

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
ANNOTATIONS = Path("/usr/share/unicode/cldr/common/annotations/en.xml")


def add_source_flags(parser: argparse.ArgumentParser) -> None:
    """Adds --font and --annotations, which default to where Debian puts the files."""
    parser.add_argument("--font", type=Path, default=FONT, help="NotoColorEmoji.ttf")
    parser.add_argument("--annotations", type=Path, default=ANNOTATIONS, help="CLDR annotations, en.xml")


def require_file(path: Path, package: str) -> Path:
    """The path, or an exit that says which Debian package has it."""
    if not path.is_file():
        raise SystemExit(f"{path} is missing: `apt-get install {package}`, or name another copy")
    return path


def emoji_by_name(annotations: Path) -> dict[str, str]:
    """CLDR short name -> the one character it names."""
    root = ElementTree.parse(require_file(annotations, "unicode-cldr-core")).getroot()
    named = (a for a in root.iter("annotation") if a.get("type") == "tts")
    return {a.text: a.get("cp") for a in named if len(a.get("cp")) == 1}


def emoji_keywords(annotations: Path) -> list[str]:
    """Every English keyword of the annotations, for the tokenizers' general vocabulary."""
    root = ElementTree.parse(require_file(annotations, "unicode-cldr-core")).getroot()
    texts = (a.text.split("|") for a in root.iter("annotation") if a.get("type") != "tts")
    return sorted({word.strip() for words in texts for word in words})
