/** Markdown to vnodes through marked's lexer. There is no HTML sink here: whatever is not understood is shown as the text it is. */
import { Lexer, type Token, type Tokens } from 'marked';
import type { ComponentChildren, VNode } from 'preact';

import { isHarmless } from './links.ts';

export { isHarmless };

export function markdown(source: string): VNode {
  return <>{blocks(new Lexer({ gfm: true, breaks: true }).lex(source))}</>;
}

const blocks = (tokens: readonly Token[]): ComponentChildren => tokens.map(block);
const inlines = (tokens: readonly Token[]): ComponentChildren => tokens.map(inline);

function block(token: Token): ComponentChildren {
  switch (token.type) {
    case 'space':
      return null;
    case 'paragraph':
      return <p>{children(token)}</p>;
    case 'heading':
      return <p class="md-heading">{children(token)}</p>;
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{blocks(token.tokens ?? [])}</blockquote>;
    case 'hr':
      return <hr />;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    default:
      return inline(token);
  }
}

function list(token: Tokens.List): VNode {
  const items = token.items.map((item) => <li>{blocks(item.tokens)}</li>);
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table): VNode {
  return (
    <div class="md-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell) => (
              <th scope="col">{inlines(cell.tokens)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{inlines(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(token: Token): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{children(token)}</strong>;
    case 'em':
      return <em>{children(token)}</em>;
    case 'del':
      return <s>{children(token)}</s>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token.href, children(token), token.raw);
    case 'image':
      // Never loaded: the address of a remote image can carry text out of the conversation.
      return link(token.href, token.text || token.href, token.raw);
    case 'escape':
      return token.text;
    case 'text':
      return children(token);
    default:
      return token.raw;
  }
}

function children(token: Token): ComponentChildren {
  if ('tokens' in token && token.tokens?.length) return inlines(token.tokens);
  return decoded('text' in token ? String(token.text) : token.raw);
}

function link(href: string, label: ComponentChildren, raw: string): ComponentChildren {
  if (!isHarmless(href)) return raw;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
    </a>
  );
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };
const decoded = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!);
