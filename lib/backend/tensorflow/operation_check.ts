/**
 * Compares a call of an operation with the operation's definition before TensorFlow sees it: more inputs than it takes, a
 * missing or unexpected value of an attribute, or another number of outputs can end the process there.
 *
 * @module
 */
import { AttributeType } from "./c_api.ts";
import type { Operation } from "./eager_execution.ts";
import type { OperationAttribute } from "./operation_attributes.ts";
import type { ArgumentDefinition, AttributeDefinition, OperationDefinition } from "./operation_definition.ts";

/** How many tensors an input takes: one, or a list of so many. */
export type InputGroup = "single" | number;

/**
 * Checks inputs, attributes and outputs. Attributes that the definition does not have are left to TensorFlow, which
 * ignores them or not.
 *
 * @returns For each input how many of the tensors it takes.
 * @throws {Error} When something does not fit.
 */
export function checkOperation(definition: OperationDefinition, operation: Operation): InputGroup[] {
  const given = new Map(operation.attributes.map((attribute) => [attribute.name, attribute]));
  const { name, inputs, outputCount } = operation;
  if (given.size !== operation.attributes.length) {
    throw new TypeError(`Cannot run ${name}: an attribute is given twice.`);
  }
  const groups = inputGroups(definition.inputs, given, inputs.length);
  const total = count(groups);
  if (total !== inputs.length || !groups.every(isLength)) {
    throw new RangeError(`Cannot run ${name}: it takes ${total} inputs, found ${inputs.length}.`);
  }
  const inferred = new Set(definition.inputs.flatMap((input) => Object.values(input)));
  for (const attribute of definition.attributes) {
    const fault = attributeFault(attribute, given.get(attribute.name), inferred.has(attribute.name));
    if (fault) throw new TypeError(`Cannot run ${name}: attribute "${attribute.name}" ${fault}.`);
  }
  const outputs = outputTotal(definition.outputs, given);
  if (outputs !== undefined && outputs !== outputCount) {
    throw new RangeError(`Cannot run ${name}: it has ${outputs} outputs, ${outputCount} were asked for.`);
  }
  return groups;
}

type GivenAttributes = ReadonlyMap<string, OperationAttribute>;

/** A list without a length takes what the other inputs leave. */
function inputGroups(inputs: readonly ArgumentDefinition[], given: GivenAttributes, found: number): InputGroup[] {
  const rest = found - inputs.length + 1;
  return inputs.map((input) => isList(input) ? listLength(input, given) ?? rest : "single");
}

/** Number of outputs, or undefined where TensorFlow infers it from the inputs. */
function outputTotal(outputs: readonly ArgumentDefinition[], given: GivenAttributes): number | undefined {
  const lengths = outputs.map((output) => isList(output) ? listLength(output, given) : "single");
  return lengths.includes(undefined) ? undefined : count(lengths as InputGroup[]);
}

function isList({ lengthAttribute, typeListAttribute }: ArgumentDefinition): boolean {
  return lengthAttribute !== undefined || typeListAttribute !== undefined;
}

function listLength({ lengthAttribute, typeListAttribute }: ArgumentDefinition, given: GivenAttributes) {
  const value = given.get((lengthAttribute ?? typeListAttribute)!)?.value;
  if (value === undefined) return undefined;
  if (lengthAttribute !== undefined) return typeof value === "bigint" ? Number(value) : value as number;
  return Array.isArray(value) ? value.length : NaN;
}

function count(groups: readonly InputGroup[]): number {
  return groups.reduce<number>((sum, group) => sum + (group === "single" ? 1 : group), 0);
}

function isLength(group: InputGroup): boolean {
  return group === "single" || (Number.isSafeInteger(group) && group >= 0);
}

/** The names of the types in definitions, by code. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  [AttributeType.STRING]: "string",
  [AttributeType.INT]: "int",
  [AttributeType.FLOAT]: "float",
  [AttributeType.BOOL]: "bool",
  [AttributeType.TYPE]: "type",
  [AttributeType.SHAPE]: "shape",
};

function attributeFault(
  { type, hasDefault, minimum, allowed }: AttributeDefinition,
  attribute: OperationAttribute | undefined,
  isInferred: boolean,
): string | undefined {
  if (!attribute) return hasDefault || isInferred ? undefined : "is missing";
  const { value } = attribute;
  const single = TYPE_NAMES[attribute.type];
  if (!single) return `has type ${attribute.type}, which is none`;
  const found = Array.isArray(value) && attribute.type !== AttributeType.SHAPE ? `list(${single})` : single;
  if (found !== type) return `is of type ${type}, found ${found}`;
  const measured = Array.isArray(value) ? value.length : value as number;
  if (minimum !== undefined && !(measured >= minimum)) return `must be at least ${minimum}, found ${measured}`;
  const wrong = allowed && [value].flat().find((item) => !allowed.includes(item as string));
  if (wrong !== undefined) return `may be ${allowed!.join(", ")}, found ${Deno.inspect(wrong)}`;
}
