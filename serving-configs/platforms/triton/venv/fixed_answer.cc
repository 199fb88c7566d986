// A Triton backend that answers every request at once with the same outputs and ignores the inputs, like every no-op backend of this
// project.
//
// start.py writes answer.inc, one Output per output of the model, before it compiles this file.
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "triton_api.h"

namespace {
struct Output {
  const char* name;
  TRITONSERVER_DataType type;
  std::vector<int64_t> shape;
  std::string bytes;
};

std::string BytesOf(const char* file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

const std::vector<Output> outputs = {
#include "answer.inc"
};

uint64_t Now() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

// Ignores an error of the API that cannot be handled.
void Drop(TRITONSERVER_Error* error) {
  if (error != nullptr) TRITONSERVER_ErrorDelete(error);
}

TRITONSERVER_Error* Fill(TRITONBACKEND_Response* response, const Output& wanted) {
  TRITONBACKEND_Output* output;
  TRITONSERVER_Error* error = TRITONBACKEND_ResponseOutput(
      response, &output, wanted.name, wanted.type, wanted.shape.data(), wanted.shape.size());
  if (error != nullptr) return error;
  void* buffer;
  TRITONSERVER_MemoryType memory = TRITONSERVER_MEMORY_CPU;
  int64_t memory_id = 0;
  error = TRITONBACKEND_OutputBuffer(output, &buffer, wanted.bytes.size(), &memory, &memory_id);
  if (error == nullptr) std::memcpy(buffer, wanted.bytes.data(), wanted.bytes.size());
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
    for (const Output& output : outputs) {
      if (error == nullptr) error = Fill(response, output);
    }
    const bool success = error == nullptr;
    const uint64_t end = Now();
    if (has_response) Drop(TRITONBACKEND_ResponseSend(response, TRITONSERVER_RESPONSE_COMPLETE_FINAL, error));
    Drop(error);
    // Clients that read the statistics would assume that a model without them never ran.
    Drop(TRITONBACKEND_ModelInstanceReportStatistics(instance, request, success, start, start, end, Now()));
    Drop(TRITONBACKEND_ModelInstanceReportBatchStatistics(instance, 1, start, start, end, Now()));
    Drop(TRITONBACKEND_RequestRelease(request, TRITONSERVER_REQUEST_RELEASE_ALL));
  }
  return nullptr;
}
