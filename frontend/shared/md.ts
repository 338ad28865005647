/**
 * Markdown to vnodes through marked's lexer. There is no HTML sink here: whatever is not understood is shown as the text it is.
 * What it draws with is given to it: in the widget this is a chunk of its own, and code that it shared would become a third.
 */
import { Lexer, type Token, type Tokens } from 'marked';
import type { ComponentChildren, createElement } from 'preact';

export interface Tools {
  h: typeof createElement;
  isHarmless: (address: string) => boolean;
}

export type Markdown = (source: string) => ComponentChildren;

let h: Tools['h'];
let isHarmless: Tools['isHarmless'];

export function createMarkdown(tools: Tools): Markdown {
  ({ h, isHarmless } = tools);
  return (source) => blocks(new Lexer({ gfm: true, breaks: true }).lex(source));
}

const blocks = (tokens: readonly Token[]): ComponentChildren => tokens.map(block);
const inlines = (tokens: readonly Token[]): ComponentChildren => tokens.map(inline);

function block(token: Token): ComponentChildren {
  switch (token.type) {
    case 'space':
      return null;
    case 'paragraph':
      return h('p', null, children(token));
    case 'heading':
      return h('p', { class: 'md-heading' }, children(token));
    case 'code':
      return h('pre', { tabIndex: 0 }, h('code', null, token.text as string));
    case 'blockquote':
      return h('blockquote', null, blocks(token.tokens ?? []));
    case 'hr':
      return h('hr', null);
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    default:
      return inline(token);
  }
}

function list(token: Tokens.List): ComponentChildren {
  const items = token.items.map((item) => h('li', null, blocks(item.tokens)));
  return token.ordered ? h('ol', { start: Number(token.start) || 1 }, items) : h('ul', null, items);
}

function table(token: Tokens.Table): ComponentChildren {
  const header = token.header.map((cell) => h('th', { scope: 'col' }, inlines(cell.tokens)));
  const rows = token.rows.map((row) => h('tr', null, row.map((cell) => h('td', null, inlines(cell.tokens)))));
  const whole = h('table', null, h('thead', null, h('tr', null, header)), h('tbody', null, rows));
  return h('div', { class: 'md-table', tabIndex: 0 }, whole);
}

function inline(token: Token): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return h('strong', null, children(token));
    case 'em':
      return h('em', null, children(token));
    case 'del':
      return h('s', null, children(token));
    case 'codespan':
      return h('code', null, token.text as string);
    case 'br':
      return h('br', null);
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
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, label);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };
const decoded = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!);
