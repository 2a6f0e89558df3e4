import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as assert from 'uvu/assert'

const load = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', 'docs', 'schema', file), 'utf8'))

export const schema = load('check-report.json')
export const verifySchema = load('verify-report.json')
export const fixSchema = load('fix-report.json')

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, formats: { 'date-time': true } })
// By these names the schemas of verify and fix refer to what they have in common with others.
ajv.addSchema(schema, 'check-report.json')
const validate = ajv.compile(schema)
ajv.addSchema(verifySchema, 'verify-report.json')
const validateVerify = ajv.compile(verifySchema)
const validateFix = ajv.compile(fixSchema)

function assertHolds(of: ValidateFunction, value: unknown, name: string): void {
  const found = of(value) ? [] : (of.errors ?? []).map(e => `${e.instancePath} ${e.message}`)
  assert.equal(found, [], name)
}

/** Fails with what is wrong when a value is neither a report nor an error as docs/schema/check-report.json has them. */
export const assertValid = (value: unknown, name: string): void => assertHolds(validate, value, name)
export const isValid = (value: unknown): boolean => validate(value)

/** The same for docs/schema/verify-report.json. */
export const assertValidVerify = (value: unknown, name: string): void => assertHolds(validateVerify, value, name)
export const isValidVerify = (value: unknown): boolean => validateVerify(value)

/** The same for docs/schema/fix-report.json. */
export const assertValidFix = (value: unknown, name: string): void => assertHolds(validateFix, value, name)
export const isValidFix = (value: unknown): boolean => validateFix(value)
