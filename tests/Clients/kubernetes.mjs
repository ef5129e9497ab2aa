// Checks manifests against the schemas of the Kubernetes API: JSON documents in an array on standard input. Prints a problem
// per line and ends with 1, or the kinds that were checked. Kinds of extensions (ServiceMonitor, …) have no schema here.
import { readFileSync } from "node:fs";

const groups = { v1: "v1", "apps/v1": "apps/v1", "autoscaling/v2": "autoscaling/v2", "policy/v1": "policy/v1", "networking.k8s.io/v1": "networking.k8s.io/v1" };
const checked = new Set(), problems = [];
for (const document of JSON.parse(readFileSync(0, "utf8"))) {
  const group = groups[document.apiVersion];
  if (!group) {
    if (/^[a-z]*\/|k8s\.io\//.test(document.apiVersion)) problems.push(`${document.apiVersion} is not known to this check`);
    continue;
  }
  const Model = (await import(`kubernetes-models/${group}`))[document.kind];
  if (!Model) {
    problems.push(`${document.apiVersion} has no ${document.kind}`);
    continue;
  }
  // Long values of secrets are rendered in several lines, which the API takes.
  for (const [name, value] of Object.entries(document.kind === "Secret" ? document.data : {})) document.data[name] = value.replaceAll(/\s/g, "");
  try {
    new Model(document).validate();
    checked.add(document.kind);
  } catch (error) {
    problems.push(`${document.kind} ${document.metadata.name}: ${error.message}`);
  }
}
console.log(problems.length ? problems.join("\n") : [...checked].sort().join(" "));
process.exit(problems.length ? 1 : 0);
