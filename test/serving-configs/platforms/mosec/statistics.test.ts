import readStatistics from '../../../../serving-configs/platforms/mosec/statistics.ts';

/** Recorded from Mosec 0.9.8, without buckets. */
const PAGE = `
mosec_service_process_duration_second_sum{stage="Model_2",connection="1"} 0.001932362
mosec_service_process_duration_second_count{stage="Model_2",connection="1"} 2
mosec_service_process_duration_second_sum{stage="Reader_1",connection="1"} 0.008935641999999999
mosec_service_process_duration_second_count{stage="Reader_1",connection="1"} 7
mosec_service_process_duration_second_sum{stage="total",connection="total"} 0.5748584369999999
mosec_service_process_duration_second_count{stage="total",connection="total"} 7
mosec_service_batch_size_sum{stage="Model_2",connection="1"} 7.0
mosec_service_batch_size_count{stage="Model_2",connection="1"} 2
`;

describe('the statistics of Mosec', () => {
  it('have no time of the model for a request if it was computed in a batch', () => {
    expect(readStatistics(PAGE)).toEqual({ count: 7, requestMs: expect.closeTo(574.86, 2) });
  });
});
