import { exchangeRequest } from '#exchange/exchange-request.js';
import { importPublicJwk } from '#exchange/keys.js';
import { loadYaml } from '#platform/config/load-yaml.js';
import { agreement } from '#policy/agreement.js';
import { z } from 'zod';
import { departmentBody, strangers } from '../administration/department.schema.js';
import {
  exampleAgreement,
  exampleDepartment,
  exampleExchange,
  exampleJwk,
  exampleKid,
  exampleSystem,
} from './examples.js';

const demo = (file: string, schema: z.ZodType) => loadYaml(`deploy/demo/${file}`, schema);

it('shows the agreement that the demonstration registers', () => {
  expect(agreement.parse(exampleAgreement)).toEqual(demo('agreements/housing-residents.yaml', agreement));
});

it("asks what the demonstration's applicant may be asked", () => {
  const {
    case: caseNumber,
    officer,
    applicant,
  } = z
    .looseObject({ case: z.string(), officer: z.string(), applicant: z.string() })
    .parse(demo('joint-check.yaml', z.looseObject({})));
  const request = exchangeRequest.parse(exampleExchange);
  expect(request).toMatchObject({ case: caseNumber, officer, where: [{ value: applicant }] });
  for (const field of request.select) expect(exampleAgreement.fields).toHaveProperty(field);
});

it('names the system as the demonstration does', () => {
  const { systems } = z
    .looseObject({ systems: z.array(z.looseObject({ id: z.string() })) })
    .parse(demo('systems.yaml', z.looseObject({})));
  expect(systems.find(({ id }) => id === exampleAgreement.consumer)).toMatchObject(exampleSystem);
});

it('registers a department and a key that would be taken', () => {
  expect(strangers('weather', departmentBody.parse(exampleDepartment))).toEqual([]);
  expect(importPublicJwk(exampleJwk).kid).toBe(exampleKid);
});
