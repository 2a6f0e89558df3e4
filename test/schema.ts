import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as assert from 'uvu/assert'

export const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'docs', 'schema', 'check-report.json'), 'utf8'),
)

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, formats: { 'date-time': true } })
const validate = ajv.compile(schema)

/** Fails with what is wrong when a value is neither a report nor an error as docs/schema/check-report.json has them. */
export function assertValid(value: unknown, name: string): void {
  const found = validate(value) ? [] : (validate.errors ?? []).map(e => `${e.instancePath} ${e.message}`)
  assert.equal(found, [], name)
}

export const isValid = (value: unknown): boolean => validate(value)
