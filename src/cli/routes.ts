import type { CommandSpec } from "./command.ts";
import { KUSTOMIZE_ROUTES } from "./kustomize_routes.ts";
import type { Route } from "./route.ts";

/** All commands. A command's file, and all it imports, is loaded only when the command is called. */
export const ROUTES: Record<string, Route> = {
  deploy: {
    summary: "Build an overlay, apply it and watch the rollout",
    load: async () => (await import("./commands/deploy.ts")).deployCommand as CommandSpec,
  },
  build: {
    summary: "Print the manifests of an overlay",
    load: async () => (await import("./commands/build.ts")).buildCommand as CommandSpec,
  },
  diff: {
    summary: "Show what applying an overlay would change",
    load: async () => (await import("./commands/diff.ts")).diffCommand as CommandSpec,
  },
  apply: {
    summary: "Build an overlay and apply it server-side",
    load: async () => (await import("./commands/apply.ts")).applyCommand as CommandSpec,
  },
  rollout: {
    summary: "Watch, restart, pause or undo rollouts, and show their history",
    routes: {
      status: {
        summary: "Watch workloads until they are rolled out",
        load: async () => (await import("./commands/rollout_status.ts")).rolloutStatusCommand as CommandSpec,
      },
      restart: {
        summary: "Replace a workload's pods without changing it",
        load: async () => (await import("./commands/rollout_restart.ts")).rolloutRestartCommand as CommandSpec,
      },
      undo: {
        summary: "Go back to a former revision's pod template",
        load: async () => (await import("./commands/rollout_undo.ts")).rolloutUndoCommand as CommandSpec,
      },
      history: {
        summary: "List a workload's former revisions",
        load: async () => (await import("./commands/rollout_history.ts")).rolloutHistoryCommand as CommandSpec,
      },
      pause: {
        summary: "Keep a Deployment from rolling out changes",
        load: async () => (await import("./commands/rollout_pause.ts")).rolloutPauseCommand as CommandSpec,
      },
      resume: {
        summary: "Let a paused Deployment roll out again",
        load: async () => (await import("./commands/rollout_resume.ts")).rolloutResumeCommand as CommandSpec,
      },
    },
  },
  history: {
    summary: "List the recorded releases, or show one",
    load: async () => (await import("./commands/history.ts")).historyCommand as CommandSpec,
  },
  rollback: {
    summary: "Apply a former release again",
    load: async () => (await import("./commands/rollback.ts")).rollbackCommand as CommandSpec,
  },
  watch: {
    summary: "Go on waiting for the last release's rollout",
    load: async () => (await import("./commands/watch.ts")).watchCommand as CommandSpec,
  },
  bootstrap: {
    summary: "Let CI deploy, and only deploy: namespace, ServiceAccount, least Role, token, variables",
    load: async () => (await import("./commands/bootstrap.ts")).bootstrapCommand as CommandSpec,
  },
  doctor: {
    summary: "Find out why a cluster can't be deployed to, and what to do",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand as CommandSpec,
  },
  "pull-secret": {
    summary: "The Secret that nodes pull images with",
    routes: {
      create: {
        summary: "Write the Secret that nodes pull images with",
        load: async () => (await import("./commands/pull_secret_create.ts")).pullSecretCreateCommand as CommandSpec,
      },
      verify: {
        summary: "Try a pull secret as a node would: log in, and ask for each image",
        load: async () => (await import("./commands/pull_secret_verify.ts")).pullSecretVerifyCommand as CommandSpec,
      },
      rotate: {
        summary: "Put a new login into a pull secret, once it is known to work",
        load: async () => (await import("./commands/pull_secret_rotate.ts")).pullSecretRotateCommand as CommandSpec,
      },
    },
  },
  rotate: {
    summary: "Replace a deployer's token, and end the old one",
    load: async () => (await import("./commands/rotate.ts")).rotateCommand as CommandSpec,
  },
  context: {
    summary: "Write a kubeconfig context from address, CA and token",
    load: async () => (await import("./commands/context.ts")).contextCommand as CommandSpec,
    verbs: {
      names: ["set", "use", "list", "current", "rename", "delete", "view"],
      loadForeign: async () => (await import("./context_verbs.ts")).runContextVerb,
    },
  },
  credential: {
    summary: "Give a token to kubectl, as an exec credential plugin",
    load: async () => (await import("./commands/credential.ts")).credentialCommand as CommandSpec,
  },
  whoami: {
    summary: "Tell who the cluster takes you for",
    load: async () => (await import("./commands/whoami.ts")).whoamiCommand as CommandSpec,
  },
  explain: {
    summary: "Tell what a finding's code means, and what to do",
    load: async () => (await import("./commands/explain.ts")).explainCommand as CommandSpec,
  },
  sandbox: {
    summary: "Serve an in-memory Kubernetes API for trying things out",
    load: async () => (await import("./commands/sandbox.ts")).sandboxCommand as CommandSpec,
  },
  kubectl: {
    summary: "kubectl's config commands, with kubectl's flags and messages",
    loadForeign: async () => (await import("./kubectl.ts")).runKubectl,
  },
  image: {
    summary: "Set images in a kustomization, and tell the digests behind tags",
    routes: {
      resolve: {
        summary: "Tell the digest behind a tag",
        load: async () => (await import("./commands/image_resolve.ts")).imageResolveCommand as CommandSpec,
      },
      set: {
        summary: "Set images in a kustomization, comments kept",
        load: async () => (await import("./commands/image_set.ts")).imageSetCommand as CommandSpec,
      },
    },
  },
  kustomize: {
    summary: "kustomize's commands, with kustomize's flags",
    routes: KUSTOMIZE_ROUTES,
  },
  version: {
    summary: "Print the version",
    load: async () => (await import("./commands/version.ts")).versionCommand as CommandSpec,
  },
};
