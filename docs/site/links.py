"""What the site's builder asks of us: links that hold both on the git host and in the site, and pictures in the dark.

The pages are written to be read beside the code, too. So a link out of docs/ leads to a file of the project; of those
the three below become pages, and what is only code stays there by its name.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# A file of the project, and the page it becomes.
FROM_ABOVE = {"CHANGELOG.md": "changes.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md"}
# Whatever begins first: a link in code is code, and code in a link's text is part of the link.
BLOCK = r"^ *(?P<fence>```+|~~~+)[\s\S]*?^ *(?P=fence) *$"
LINK = r"(?P<image>!?)\[(?P<text>(?:[^\[\]\n]|\[[^\]\n]*\])*)\]\((?P<target>[^)\s]+)\)"
PIECE = re.compile(rf"{BLOCK}|{LINK}|`[^`\n]+`", re.MULTILINE)
LIGHT = re.compile(r"-light(?=\.(webp|png)$)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, page in FROM_ABOVE.items():
        files.append(File.generated(config, page, abs_src_path=str(project(config) / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    def seen(piece: re.Match[str]) -> str:
        return in_the_site(piece, page.file.src_uri, project(config)) if piece["target"] else piece[0]

    return PIECE.sub(seen, markdown)


def in_the_site(link: re.Match[str], page: str, root: Path) -> str:
    """The link as Markdown, with a target that the site has."""
    text, target = link["text"], link["target"]
    if re.match(r"[a-z]+:|#|/", target):
        return link[0]
    path, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(where_it_lies(page)), path))
    if not (root / file).exists():
        raise PluginError(f"{where_it_lies(page)}: there is no {target}")
    inside = FROM_ABOVE.get(file) or (file.removeprefix("docs/") if file.startswith("docs/") else None)
    if inside is None:
        return f"{text} (`{file}`)" if text.strip("`") != file else f"`{file}`"
    here = posixpath.relpath(inside, posixpath.dirname(page) or ".") + (f"#{anchor}" if anchor else "")
    return picture(text, here, root / file) if link["image"] else f"[{text}]({here})"


def picture(text: str, target: str, file: Path) -> str:
    """Where there is one of the dark, readers in the dark see that."""
    dark = LIGHT.sub("-dark", file.name)
    if dark == file.name or not file.with_name(dark).exists():
        return f"![{text}]({target})"
    return f"![{text}]({target}#only-light)![{text}]({LIGHT.sub('-dark', target)}#only-dark)"


def where_it_lies(page: str) -> str:
    """From the root of the project."""
    return next((name for name, made in FROM_ABOVE.items() if made == page), f"docs/{page}")


def project(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent
