/** Markdown without its marks: for the live region, notifications and previews, where "**" would be read aloud. */
export function plainText(source: string): string {
  return source
    .replace(/```\w*\n?|~~~/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(#{1,6}|>|[-*+]|\|)\s+/gm, '')
    .replace(/^[\s|:-]+$/gm, ' ')
    .replace(/(\*\*|__|~~|`)/g, '')
    .replace(/(^|[\s(])[*_](\S(?:.*?\S)?)[*_](?=[\s).,!?;:]|$)/gm, '$1$2')
    .replace(/\|/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
