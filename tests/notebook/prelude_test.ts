import { assertEquals, assertStringIncludes } from "@std/assert";
import { errorContent, type KernelHook, repairKernel } from "../../lib/notebook/prelude.ts";

interface Sent {
  readonly type: string;
  readonly content: Record<string, unknown>;
}

/** A hook as the kernel has it, with a list of what was sent to the front end. */
function kernel(send: (result: unknown) => Promise<void> = () => Promise.resolve()) {
  const sent: Sent[] = [];
  const hook: KernelHook = {
    broadcastResult: async (executionCount, result) => {
      await send(result);
      sent.push({ type: "execute_result", content: { executionCount, result } });
    },
  };
  const events = new EventTarget();
  const broadcast = (type: string, content: Record<string, unknown>) => sent.push({ type, content });
  const repaired = (options = {}) => repairKernel(hook, broadcast, events, { settle: 1, ...options });
  return { hook, events, sent, repaired };
}

function rejection(reason: unknown): Event {
  return Object.assign(new Event("unhandledrejection", { cancelable: true }), { reason });
}

Deno.test("repairKernel() lets a cell's value through as it is", async () => {
  const { hook, sent, repaired } = kernel();
  assertEquals(repaired(), true);
  await hook.broadcastResult(3, "value");
  assertEquals(sent, [{ type: "execute_result", content: { executionCount: 3, result: "value" } }]);
});

Deno.test("repairKernel() answers only after its wait, so that late outputs are out before the cell is idle", async () => {
  const { hook, repaired } = kernel();
  repaired({ settle: 5 });
  const order: string[] = [];
  setTimeout(() => order.push("late output"), 0);
  await hook.broadcastResult(1, undefined);
  order.push("idle");
  assertEquals(order, ["late output", "idle"]);
});

Deno.test("repairKernel() shows an unhandled rejection as an error under the cell, once", async () => {
  const { hook, events, sent, repaired } = kernel();
  repaired();
  const event = rejection(new TypeError("floating"));
  events.dispatchEvent(event);
  assertEquals(event.defaultPrevented, true);
  await hook.broadcastResult(1, 1);
  await hook.broadcastResult(2, 2);
  assertEquals(sent.map(({ type }) => type), ["execute_result", "error", "execute_result"]);
  assertEquals(sent[1].content.ename, "TypeError");
  assertStringIncludes(String(sent[1].content.evalue), "floating");
});

Deno.test("repairKernel() shows an error that comes while it waits", async () => {
  const { hook, events, sent, repaired } = kernel();
  repaired({ settle: 20 });
  setTimeout(() => events.dispatchEvent(new ErrorEvent("error", { error: new Error("timer"), cancelable: true })), 0);
  await hook.broadcastResult(1, 1);
  assertEquals(sent.map(({ type }) => type), ["execute_result", "error"]);
  assertStringIncludes(String(sent[1].content.evalue), "timer");
});

Deno.test("repairKernel() shows what the kernel's own function throws", async () => {
  const { hook, sent, repaired } = kernel(() => Promise.reject(new Error("display failed")));
  repaired();
  await hook.broadcastResult(1, {});
  assertEquals(sent.map(({ type }) => type), ["error"]);
  assertStringIncludes(String(sent[0].content.evalue), "display failed");
});

Deno.test("repairKernel() gives up on a display method that never ends", async () => {
  const { hook, sent, repaired } = kernel(() => new Promise(() => {}));
  repaired({ displayLimit: 5 });
  await hook.broadcastResult(1, {});
  assertEquals(sent.map(({ type }) => type), ["error"]);
  assertStringIncludes(String(sent[0].content.evalue), "has not finished");
});

Deno.test("repairKernel() hides the module that a bare import leaves as a cell's value", async () => {
  const { hook, sent, repaired } = kernel();
  repaired();
  await hook.broadcastResult(1, await import("../../lib/notebook/prelude.ts"));
  assertEquals(sent, []);
});

Deno.test("repairKernel() changes a kernel only once", () => {
  const { hook, repaired } = kernel();
  repaired();
  const first = hook.broadcastResult;
  assertEquals(repaired(), false);
  assertEquals(hook.broadcastResult, first);
});

Deno.test("errorContent() takes whatever is thrown", () => {
  assertEquals(errorContent(5, "Not awaited").evalue, "Not awaited: 5");
  assertEquals(errorContent(undefined, "Not awaited").ename, "Error");
  const { traceback } = errorContent(new RangeError("no"), "Not awaited");
  assertEquals(traceback[0], "RangeError: Not awaited: no");
  assertStringIncludes(traceback[1], "prelude_test.ts");
});
