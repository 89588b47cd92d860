using System.Text.Json;
using EmptyNumber.Detection.Infrastructure;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Detection.Apis;

/// <summary>
/// The array of tasks, written while it is read: a task's records follow one another, so no task is ever held whole.
/// </summary>
internal sealed class TaskList(IAsyncEnumerable<TaskRow> rows) : IResult
{
    private const int FlushBytes = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, new JsonWriterOptions { Encoder = json.Encoder });
        writer.WriteStartArray();
        TaskRow? open = null;
        long sent = 0;
        await foreach (var row in rows.WithCancellation(httpContext.RequestAborted))
        {
            if (open is not null && open.TaskId != row.TaskId)
                End(writer, open, json);
            if (open?.TaskId != row.TaskId)
                Begin(writer, row);
            open = row;
            JsonSerializer.Serialize(writer, RecordItem.Of(row.Record), json);
            if (writer.BytesCommitted + writer.BytesPending - sent > FlushBytes)
            {
                await writer.FlushAsync(httpContext.RequestAborted);
                await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
                sent = writer.BytesCommitted;
            }
        }

        if (open is not null)
            End(writer, open, json);
        writer.WriteEndArray();
    }

    private static void Begin(Utf8JsonWriter writer, TaskRow row)
    {
        writer.WriteStartObject();
        writer.WriteNumber("task_id", row.TaskId);
        writer.WriteBoolean("is_batch", row.IsBatch);
        writer.WriteStartArray("query_data");
    }

    private static void End(Utf8JsonWriter writer, TaskRow row, JsonSerializerOptions json)
    {
        writer.WriteEndArray();
        writer.WritePropertyName("query_date");
        JsonSerializer.Serialize(writer, row.CreatedAt, json);
        writer.WriteEndObject();
    }
}
