import { fixAgainstRollout } from './bench/fix.ts'

await fixAgainstRollout('/work/main/dist/kubectl-dnsfix')
