/** Sizes of files, as people write them. */
const MEGABYTE = 1024 * 1024;

export const sizeOf = (bytes: number, language: string): string => {
  const [value, unit] = bytes < 1024 ? [bytes, 'byte'] : bytes < MEGABYTE ? [bytes / 1024, 'kilobyte'] : [bytes / MEGABYTE, 'megabyte'];
  const unitDisplay = unit === 'byte' ? 'long' : 'short'; // The short one has no plural.
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
};
