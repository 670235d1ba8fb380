import { Harness } from '../support/harness';
jest.setTimeout(60000);
it('x', async () => {
  const cadre = await Harness.start({});
  const run = async (input: object) => {
  const handle = await cadre.start('blackboard', input);
  const result = await handle.result() as any;
  console.log(JSON.stringify(result.output, null, 1).slice(0,6000), result.untrusted, result.usage, result.summary);
  };
  const { board } = JSON.parse(require('fs').readFileSync('/tmp/bb/seed.json','utf8'));
  await run({ board });
  await run({ task: 'Prepare the analytics dashboard', background: 'The API serves events per minute. Mockups show three charts. Data is encrypted at rest. One region is deployed first.', board: { task_id: 'feat', artifacts: {
     api_spec: { owner: 'backend', task: 'What does the API serve?' },
     ui_mockup: { owner: 'frontend', task: 'What do the mockups show?' },
     security_review: { owner: 'cso', task: 'What is encrypted?', blocked_by: 'api_spec' },
     deployment_config: { owner: 'devops', task: 'Which region is deployed first?', blocked_by: ['api_spec', 'security_review'] } } } });
  await cadre.close();
});
