// A backend for Triton that gives every request the same answer at once, without a look at its input: class 281 with a
// probability of 0.9, the rest spread over the other classes, as every engine of this project that computes nothing does.
//
// Defined when it is compiled: OUTPUT_NAME, and whether ANSWERS_LOGITS.
#include <chrono>
#include <cmath>
#include <cstring>
#include <vector>

#include "triton_api.h"

namespace {
constexpr int kClasses = 1000;
constexpr int kFixedClass = 281;
constexpr double kFixedScore = 0.9;

std::vector<float> FixedValues() {
  const double rest = (1 - kFixedScore) / (kClasses - 1);
  const auto valued = [](double score) { return static_cast<float>(ANSWERS_LOGITS ? std::log(score) : score); };
  std::vector<float> values(kClasses, valued(rest));
  values[kFixedClass] = valued(kFixedScore);
  return values;
}

const std::vector<float> values = FixedValues();

uint64_t Now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

// An error of the API that can be answered with nothing better than going on.
void Drop(TRITONSERVER_Error* error) {
  if (error != nullptr) TRITONSERVER_ErrorDelete(error);
}

TRITONSERVER_Error* Fill(TRITONBACKEND_Response* response) {
  const int64_t shape[] = {1, kClasses};
  TRITONBACKEND_Output* output;
  TRITONSERVER_Error* error =
      TRITONBACKEND_ResponseOutput(response, &output, OUTPUT_NAME, TRITONSERVER_TYPE_FP32, shape, 2);
  if (error != nullptr) return error;
  const uint64_t size = values.size() * sizeof(float);
  void* buffer;
  TRITONSERVER_MemoryType memory = TRITONSERVER_MEMORY_CPU;
  int64_t memory_id = 0;
  error = TRITONBACKEND_OutputBuffer(output, &buffer, size, &memory, &memory_id);
  if (error == nullptr) std::memcpy(buffer, values.data(), size);
  return error;
}
}  // namespace

extern "C" TRITONSERVER_Error* TRITONBACKEND_ModelInstanceExecute(
    TRITONBACKEND_ModelInstance* instance, TRITONBACKEND_Request** requests, const uint32_t count) {
  for (uint32_t index = 0; index < count; ++index) {
    TRITONBACKEND_Request* request = requests[index];
    const uint64_t start = Now();
    TRITONBACKEND_Response* response;
    TRITONSERVER_Error* error = TRITONBACKEND_ResponseNew(&response, request);
    const bool has_response = error == nullptr;
    if (has_response) {
      error = Fill(response);
    }
    const bool success = error == nullptr;
    const uint64_t end = Now();
    if (has_response) Drop(TRITONBACKEND_ResponseSend(response, TRITONSERVER_RESPONSE_COMPLETE_FINAL, error));
    Drop(error);
    // Clients that read the server's statistics take a model without them for one that never ran.
    Drop(TRITONBACKEND_ModelInstanceReportStatistics(instance, request, success, start, start, end, Now()));
    Drop(TRITONBACKEND_ModelInstanceReportBatchStatistics(instance, 1, start, start, end, Now()));
    Drop(TRITONBACKEND_RequestRelease(request, TRITONSERVER_REQUEST_RELEASE_ALL));
  }
  return nullptr;
}
