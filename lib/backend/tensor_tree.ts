/**
 * Records and arrays of tensors, taken apart into a list and put together again.
 *
 * @module
 */
import { tf } from "./tf.ts";

/** The shape of a tree: what stands where its tensors stood is their number in the list. */
export type TreeStructure = number | readonly TreeStructure[] | { readonly [key: string]: TreeStructure };

/**
 * The tensors of a tree of records and arrays, in order, and the structure that they were taken from.
 *
 * @throws {TypeError} When something in it is no tensor, record or array.
 */
export function flattenTensors(tree: unknown): { tensors: tf.Tensor[]; structure: TreeStructure } {
  const tensors: tf.Tensor[] = [];
  function visit(node: unknown, path: string): TreeStructure {
    if (node instanceof tf.Tensor) return tensors.push(node) - 1;
    if (Array.isArray(node)) return node.map((item, index) => visit(item, `${path}[${index}]`));
    if (typeof node === "object" && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item, `${path}.${key}`)]));
    }
    throw new TypeError(`Cannot take tensors from a tree: ${path} is ${Deno.inspect(node)}, not a tensor.`);
  }
  return { structure: visit(tree, "value"), tensors };
}

/** The tree of this structure, with these tensors in it. */
export function unflattenTensors<T>(structure: TreeStructure, tensors: readonly tf.Tensor[]): T {
  function build(node: TreeStructure): unknown {
    if (typeof node === "number") return tensors[node];
    if (Array.isArray(node)) return node.map(build);
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, build(item)]));
  }
  return build(structure) as T;
}

/** Disposes every tensor of a tree. */
export function disposeTree(tree: unknown): void {
  tf.dispose(flattenTensors(tree).tensors);
}
