export interface ParseOptions {
  separator?: string;
  comment?: string;
  trimLeadingSpace?: boolean;
  lazyQuotes?: boolean;
  fieldsPerRecord?: number;
  strict?: boolean;
}
export function parse(text: string, options?: ParseOptions & { skipFirstRow?: false }): string[][];
export function parse(text: string, options: ParseOptions & { skipFirstRow: true }): Record<string, string>[];
export function stringify(
  rows: readonly (Readonly<Record<string, unknown>> | readonly unknown[])[],
  options?: { columns?: readonly string[]; headers?: boolean; separator?: string; bom?: boolean },
): string;
