/** What an organisation opens or runs at a place, as a pattern source for rules about places. */
export const siteSource =
  'plant|factory|site|offices?|branch|store|facility|headquarters|laboratory|lab|campus|warehouse|showroom|' +
  'data centre|data center|centre|center|hub';
