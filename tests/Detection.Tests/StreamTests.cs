using EmptyNumber.Contracts;
using EmptyNumber.Detection.Apis;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.Detection.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.Detection.Tests;

public sealed class StreamTests
{
    private const int Rows = 20_000;
    private const int MostHeldBytes = 256 * 1024;

    [Fact]
    public async Task A_list_of_tasks_is_sent_while_it_is_read()
    {
        var sent = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddOptions().BuildServiceProvider() };
        http.Response.Body = sent;
        var mostHeld = 0L;

        await new TaskList(RowsAsync()).ExecuteAsync(http);
        await http.Response.BodyWriter.FlushAsync();

        sent.Length.ShouldBeGreaterThan(4 * MostHeldBytes);
        mostHeld.ShouldBeLessThan(MostHeldBytes);

        async IAsyncEnumerable<TaskRow> RowsAsync()
        {
            for (var row = 0; row < Rows; row++)
            {
                // A record has more than 50 bytes of JSON.
                mostHeld = Math.Max(mostHeld, row * 50L - sent.Length);
                yield return new TaskRow(1, true, DateTimeOffset.UnixEpoch, new RecordRow(row, "13800138000", NumberState.Vacant, Carrier.ChinaMobile, 1));
                await Task.CompletedTask;
            }
        }
    }
}
