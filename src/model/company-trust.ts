import { dirname, join } from 'node:path';

/** The file in `companyFolder`. */
export const COMPANY_BUNDLE = 'bundle.crt';

/**
 * A folder beside a bundle of certificates, with nothing in it but what builds trust: public roots and
 * the company's. It is the same for every clone, so that what is built with it is, too.
 * @param bundle absolute path of the bundle that containers get.
 */
export const companyFolder = (bundle: string): string => join(dirname(bundle), 'company');
