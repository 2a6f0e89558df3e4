import type { Code } from '../catalog.ts'

/** The codes that `kubectl dnsfix fix` has a planner for. What it plans, or why it refuses, depends on the cluster. */
export const fixable: ReadonlySet<Code> = new Set<Code>([
  'DNS101',
  'DNS103',
  'DNS104',
  'DNS105',
  'DNS109',
  'DNS111',
  'DNS112',
  'DNS113',
  'DNS201',
  'DNS202',
  'DNS203',
  'DNS204',
  'DNS205',
  'DNS301',
  'DNS302',
  'DNS303',
  'DNS304',
  'DNS305',
  'DNS401',
  'DNS404',
  'DNS506',
  'DNS508',
  'DNS513',
])
