/**
 * A stand-in for a Kubernetes cluster, for tests: it answers the requests of Snakemake's executor on the loopback, and runs
 * each job's container as a process of this machine, in an empty working folder. It has no images, no network of pods and
 * no scheduler; volumes are folders at the path at which they are mounted.
 *
 * @module
 */
import { join } from "@std/path";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { snakemakeEnvironment } from "../../tasks/setup/environments.ts";

/** What is read of a job that Snakemake sends. */
export interface SubmittedJob {
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

/** A cluster at work. */
export interface KubernetesCluster extends AsyncDisposable {
  /** Variables for programs that use it. */
  readonly env: Readonly<Record<string, string>>;
  /** All jobs that were ever submitted, oldest first. */
  readonly submitted: readonly SubmittedJob[];
  /** Names of the jobs whose container is at work. */
  running(): string[];
  /** Ends a job's container, as where a node is lost. */
  lose(job: string): Promise<void>;
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

/** Starts the cluster. */
export async function startKubernetes(): Promise<KubernetesCluster> {
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
    env: { KUBECONFIG: config },
    submitted,
    running: () => [...pods].filter(([, { exitCode }]) => exitCode === undefined).map(([name]) => name),
    lose: (name) => kill(found(pods, name)),
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
