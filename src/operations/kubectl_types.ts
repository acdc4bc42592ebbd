/** What the command line needs of kubeconfigs to speak as kubectl does. */
export { KubeconfigError, parseGoBoolean } from "../kubeconfig/mod.ts";
