import { Admission } from '../../middleware/admission.ts';

describe('admission', () => {
  it('lets as many work as it may and the rest wait in order', async () => {
    const admission = new Admission({ maxInFlight: 1, maxQueue: 2 });
    const [first, second, third] = [admission.enter(), admission.enter(), admission.enter()];
    const order: string[] = [];

    expect(first.turn()).toBeUndefined();
    const secondTurn = second.turn()?.then(() => order.push('second'));
    const thirdTurn = third.turn()?.then(() => order.push('third'));
    expect([admission.inFlight, admission.waiting]).toEqual([1, 2]);

    first.leave();
    await secondTurn;
    expect([admission.inFlight, admission.waiting]).toEqual([1, 1]);
    second.leave();
    await thirdTurn;
    third.leave();

    expect(order).toEqual(['second', 'third']);
    expect([admission.inFlight, admission.waiting]).toEqual([0, 0]);
  });

  it('refuses one more than can work and wait, from its head on', () => {
    const admission = new Admission({ maxInFlight: 1, maxQueue: 1 });
    const first = admission.enter();
    admission.enter();

    expect(() => admission.enter()).toThrow('works on 1 requests and has 1 more waiting');
    first.leave();
    expect(() => admission.enter()).not.toThrow();
  });

  it('drops a waiting request whose client left', async () => {
    const admission = new Admission({ maxInFlight: 1, maxQueue: 1 });
    const first = admission.enter();
    void first.turn();
    const second = admission.enter();
    const turn = second.turn();

    second.leave();

    await expect(turn).rejects.toMatchObject({ code: 'INFER_CLIENT_GONE' });
    expect([admission.inFlight, admission.waiting]).toEqual([1, 0]);
  });

  it('calls off the work of a request whose client left, once', () => {
    const visit = new Admission({ maxInFlight: 1, maxQueue: 0 }).enter();
    let calls = 0;
    void visit.turn();
    visit.onLeave = () => {
      calls += 1;
    };

    visit.leave();
    visit.leave();

    expect(calls).toBe(1);
    expect(() => visit.turn()).toThrow('The client closed the connection.');
  });
});
