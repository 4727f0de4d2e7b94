import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { findRsync } from "../../tasks/setup/debian_programs.ts";
import { snakemakeEnvironment } from "../../tasks/setup/environments.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { trainingFolders } from "../tasks/run_task.ts";
import { recordsIn, startWorkflow, trainedEpochs, until, whyNoSnakemake, writeStudy } from "./workflow_process.ts";

const missing = await whyNoSnakemake() ??
  (findRsync() ? undefined : "rsync is not installed; as root on Debian `deno task test` installs it");
const RESOURCES = ["mem_mb=500", "disk_mb=1000", "gpu=1", "gpu_manufacturer='nvidia'", "scale=0"];

Deno.test({
  name:
    "on Kubernetes, neither a lost pod nor a killed driver loses a finished run, and all records are there at the " +
    "end, made by pods that share a volume only" + (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const runs = [{ data: [{ dataset: "synthetic" }], methods: ["better"], seeds: [1, 2] }];
    await writeStudy(folders, { runs });
    await using cluster = await startKubernetes();
    const snakemake = [
      ...["--container-image", "polydice:test", "--kubernetes-persistent-volumes", `polydice:${folders.root}`],
      ...["--seconds-between-status-checks", "1", "--default-resources", ...RESOURCES],
    ];
    const words = ["--executor", "kubernetes", "--threads", "1", "--", ...snakemake];
    const start = () => startWorkflow(folders, words, cluster.env);

    await using first = start();
    await until("a pod", () => cluster.running().length > 0, first);
    await cluster.lose(cluster.running()[0]);
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    await first.kill();
    const before = await recordsIn(folders);
    await until("the end of the first driver's pods", () => cluster.running().length === 0);

    const { code, text } = await start().output();
    assertEquals(code, 0, text);
    assertStringIncludes(text, "All 3 runs have their records");
    const after = await recordsIn(folders);
    assertEquals([after.size, after.has("polydice1-seed1"), after.has("polydice1-0.5-seed1")], [3, true, true]);
    // Not its time: Snakemake stores a record anew whose pod ended after the driver.
    for (const [name, { text }] of before) assertEquals(after.get(name)?.text, text, `${name} was made again`);
    for (const name of before.keys()) assertEquals(await trainedEpochs(folders, name), 2, name);

    assert(cluster.submitted.length >= 4, "the lost pod had no other in its place");
    for (const { spec } of cluster.submitted) {
      const [{ image, resources, volumeMounts }] = spec.template.spec.containers;
      assertEquals(image, "polydice:test");
      assertEquals(resources.requests, {
        cpu: "950m",
        memory: "500M",
        "ephemeral-storage": "1000M",
        "nvidia.com/gpu": "1",
      });
      assertEquals(resources.limits?.["nvidia.com/gpu"], "1");
      assert(volumeMounts.some(({ name, mountPath }) => name === "polydice" && mountPath === folders.root));
    }
  },
});

/** What is read of a job that Snakemake sends. */
interface SubmittedJob {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [{
          readonly image: string;
          readonly command: readonly string[];
          readonly args: readonly string[];
          readonly env: readonly {
            readonly name: string;
            readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
          }[];
          readonly resources: Readonly<Record<"requests" | "limits", Readonly<Record<string, string>> | undefined>>;
          readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
        }];
        readonly volumes: readonly { readonly name: string; readonly persistentVolumeClaim?: { claimName: string } }[];
      };
    };
  };
}

interface Secret {
  readonly metadata: { readonly name: string };
  /** Values in Base64. */
  readonly data: Readonly<Record<string, string>>;
}

interface Pod {
  readonly job: SubmittedJob;
  readonly child: Deno.ChildProcess;
  readonly ended: Promise<void>;
  log: string;
  exitCode?: number;
}

const SIGKILL_STATUS = 137;

/**
 * Starts a stand-in for a Kubernetes cluster: it answers the requests of Snakemake's executor on the loopback, and runs each
 * job's container as a process of this machine, in an empty working folder. It has no images, no network of pods and no
 * scheduler; volumes are folders at the path at which they are mounted.
 */
async function startKubernetes() {
  const folder = await Deno.makeTempDir({ prefix: "polydice_kubernetes_" });
  const pods = new Map<string, Pod>();
  const secrets = new Map<string, Secret>();
  const submitted: SubmittedJob[] = [];
  const kill = async ({ child, ended }: Pod) => {
    await new Deno.Command("kill", { args: ["-KILL", "--", `-${child.pid}`], stderr: "null" }).output();
    await ended;
  };

  const answers: [method: string, path: RegExp, answer: (name: string, request: Request) => Promise<unknown>][] = [
    ["POST", /\/secrets$/, async (_, request) => {
      const secret: Secret = await request.json();
      secrets.set(secret.metadata.name, secret);
      return secret;
    }],
    ["DELETE", /\/secrets\/([^/]+)$/, () => Promise.resolve({ kind: "Status", status: "Success" })],
    ["POST", /\/jobs$/, async (_, request) => {
      const job: SubmittedJob = await request.json();
      submitted.push(job);
      pods.set(job.metadata.name, await startPod(job, secrets, folder));
      return job;
    }],
    ["GET", /\/jobs\/([^/]+)\/status$/, (name) => {
      const { job, exitCode } = found(pods, name);
      const status = exitCode === undefined ? { active: 1 } : exitCode === 0 ? { succeeded: 1 } : { failed: 1 };
      return Promise.resolve({ ...job, status });
    }],
    ["GET", /\/pods$/, (_, request) => {
      const name = new URL(request.url).searchParams.get("labelSelector")!.replace("job-name=", "");
      const pod = pods.get(name);
      return Promise.resolve({ kind: "PodList", items: pod ? [podObject(name, pod)] : [] });
    }],
    ["GET", /\/pods\/([^/]+)\/log$/, (name) => Promise.resolve(found(pods, name).log)],
    ["DELETE", /\/(?:pods|jobs)\/([^/]+)$/, async (name) => {
      await kill(found(pods, name));
      return { kind: "Status", status: "Success" };
    }],
  ];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const [, path, answer] = answers.find(([method, path]) => method === request.method && path.test(pathname)) ?? [];
    if (!path || !answer) return Response.json({ kind: "Status", reason: "NotFound", code: 404 }, { status: 404 });
    try {
      const body = await answer(path.exec(pathname)![1], request);
      return typeof body === "string" ? new Response(body) : Response.json(body);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return Response.json({ kind: "Status", reason: "NotFound", code: 404 }, { status: 404 });
    }
  });
  const config = join(folder, "kubeconfig.json");
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server: `http://127.0.0.1:${server.addr.port}` } }],
      users: [{ name: "test", user: {} }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      "current-context": "test",
    }),
  );
  return {
    /** Variables for programs that use it. */
    env: { KUBECONFIG: config },
    /** All jobs that were ever submitted, oldest first. */
    submitted,
    /** Names of the jobs whose container is at work. */
    running: () => [...pods].filter(([, { exitCode }]) => exitCode === undefined).map(([name]) => name),
    /** Ends a job's container, as where a node is lost. */
    lose: (name: string) => kill(found(pods, name)),
    async [Symbol.asyncDispose]() {
      for (const pod of pods.values()) await kill(pod);
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Starts a job's container as a process group of its own. */
async function startPod(job: SubmittedJob, secrets: ReadonlyMap<string, Secret>, folder: string): Promise<Pod> {
  const [{ command, args, env }] = job.spec.template.spec.containers;
  const variables = env.map(({ name, valueFrom: { secretKeyRef } }) =>
    [name, atob(secrets.get(secretKeyRef.name)!.data[secretKeyRef.key])] as const
  );
  const { folder: environment } = snakemakeEnvironment(projectFolder());
  const child = new Deno.Command("setsid", {
    args: [...command, ...args],
    cwd: await Deno.makeTempDir({ dir: folder }),
    env: { ...imageVariables(environment), ...Object.fromEntries(variables) },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const text = new TextDecoder();
  const ended = child.output().then(({ code, signal, stdout, stderr }) => {
    pod.log = text.decode(stdout) + text.decode(stderr);
    pod.exitCode = signal ? SIGKILL_STATUS : code;
  });
  const pod: Pod = { job, child, ended, log: "" };
  return pod;
}

/** As the image has them, with Snakemake's Python first in its PATH; of this machine only what reaches its package index. */
function imageVariables(environment: string): Record<string, string> {
  const own = Object.entries(Deno.env.toObject()).filter(([name]) => /^(?:HOME|PIP_|SSL_|.*_proxy$)/i.test(name));
  return { ...Object.fromEntries(own), NO_COLOR: "1", PATH: `${join(environment, "bin")}:${Deno.env.get("PATH")}` };
}

function podObject(name: string, { job, exitCode }: Pod): unknown {
  const state = exitCode === undefined ? { running: {} } : { terminated: { exitCode } };
  return {
    metadata: { name },
    spec: job.spec.template.spec,
    status: { containerStatuses: [{ name: "snakemake", image: "", imageID: "", ready: true, restartCount: 0, state }] },
  };
}

function found(pods: ReadonlyMap<string, Pod>, name: string): Pod {
  const pod = pods.get(name);
  if (!pod) throw new Deno.errors.NotFound(name);
  return pod;
}
