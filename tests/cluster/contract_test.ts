import { contractSuite } from "../contract/contract_suite.ts";
import { findCluster, openContractServer } from "./cluster.ts";

contractSuite("a real API server", () => Promise.resolve(openContractServer(findCluster())));
