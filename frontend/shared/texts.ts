/** Texts from one dictionary with `{name}` places; a plural is a key with `.one`, `.other`, … per the language's rules. */

export interface Texts {
  (key: string, values?: Values): string;
  plural(key: string, count: number, values?: Values): string;
}

export type Dictionary = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | number>>;

export function createTexts(dictionary: Dictionary, language: string): Texts {
  const rules = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);

  function text(key: string, values: Values = {}): string {
    const pattern = dictionary[key] ?? key;
    return pattern.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name];
      return value === undefined ? place : typeof value === 'number' ? number.format(value) : value;
    });
  }

  function plural(key: string, count: number, values: Values = {}): string {
    const form = `${key}.${rules.select(count)}`;
    return text(form in dictionary ? form : `${key}.other`, { ...values, count });
  }

  return Object.assign(text, { plural });
}
