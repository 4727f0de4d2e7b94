/**
 * Readers of JSON values: each takes a value of unknown kind and gives it back as what it must be, or says which field
 * is wrong.
 *
 * @module
 */

/**
 * Reads a value.
 *
 * @param value what JSON.parse gave
 * @param field where it stands, as in `"test row 3, dice"`
 * @throws {TypeError} which names the field, what was expected and what was found
 */
export type FieldReader<T> = (value: unknown, field: string) => T;

/** Throws for a field that is not as it must be. */
export function failField(field: string, expected: string, found: unknown): never {
  const shown = JSON.stringify(found) ?? "nothing";
  throw new TypeError(`${field}: expected ${expected}, found ${shown.length > 60 ? shown.slice(0, 57) + "…" : shown}`);
}

/** A text that matches the pattern; by default any that is not empty. */
export function textField(pattern = /./, expected = "a text"): FieldReader<string> {
  return (value, field) => typeof value === "string" && pattern.test(value) ? value : failField(field, expected, value);
}

/** One of these texts. */
export function choiceField<const T extends string>(choices: readonly T[]): FieldReader<T> {
  return (value, field) =>
    choices.includes(value as T) ? value as T : failField(field, `one of ${choices.join(", ")}`, value);
}

/** A finite number in [from, to]. */
export function numberField(from = -Infinity, to = Infinity): FieldReader<number> {
  const range = from === -Infinity && to === Infinity
    ? "a number"
    : to === Infinity
    ? `a number from ${from}`
    : `a number in [${from}, ${to}]`;
  return (value, field) =>
    typeof value === "number" && Number.isFinite(value) && value >= from && value <= to
      ? value
      : failField(field, range, value);
}

/** A whole number, `from` or more. */
export function wholeField(from = 0): FieldReader<number> {
  return (value, field) =>
    Number.isSafeInteger(value) && (value as number) >= from
      ? value as number
      : failField(field, `a whole number from ${from}`, value);
}

/** A list, each entry read by the same reader. */
export function listField<T>(entry: FieldReader<T>): FieldReader<T[]> {
  return (value, field) =>
    Array.isArray(value)
      ? value.map((one, index) => entry(one, `${field}, entry ${index + 1}`))
      : failField(field, "a list", value);
}

/** An object with any keys, each value read by the same reader. */
export function dictionaryField<T>(entry: FieldReader<T>): FieldReader<Record<string, T>> {
  return (value, field) =>
    Object.fromEntries(
      Object.entries(asObject(value, field)).map(([key, one]) => [key, entry(one, `${field}, ${key}`)]),
    );
}

/** An object with exactly these keys. */
export function objectField<T extends object>(
  readers: { readonly [Key in keyof T]: FieldReader<T[Key]> },
): FieldReader<T> {
  const names = Object.keys(readers) as (keyof T & string)[];
  return (value, field) => {
    const given = asObject(value, field);
    const inside = (name: string) => field === "" ? name : `${field}, ${name}`;
    for (const key of Object.keys(given)) {
      if (!names.includes(key as keyof T & string)) throw new TypeError(`${inside(key)}: this key is not known`);
    }
    return Object.fromEntries(names.map((name) => [name, readers[name](given[name], inside(name))])) as T;
  };
}

/** Rows of one kind as `{ columns: [name, …], rows: [[value, …], …] }`, which names the columns once. */
export function tableField<T extends object>(
  readers: { readonly [Key in keyof T]: FieldReader<T[Key]> },
): FieldReader<T[]> {
  const names = Object.keys(readers) as (keyof T & string)[];
  const table = objectField({ columns: listField(textField()), rows: listField(listField((value) => value)) });
  return (value, field) => {
    const { columns, rows } = table(value, field);
    if (columns.join() !== names.join()) failField(`${field}, columns`, names.join(", "), columns.join(", "));
    return rows.map((row, index) => {
      const place = `${field} row ${index + 1}`;
      if (row.length !== names.length) failField(place, `${names.length} values`, row);
      return Object.fromEntries(
        names.map((name, column) => [name, readers[name](row[column], `${place}, ${name}`)]),
      ) as T;
    });
  };
}

function asObject(value: unknown, field: string): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : failField(field || "the file", "an object", value);
}
