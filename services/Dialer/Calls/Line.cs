using EmptyNumber.Dialer.Infrastructure;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Dialer.Calls;

/// <summary>One extension, and the way of its calls: <c>call</c>, <c>during</c>, upload, <c>idle</c>.</summary>
internal sealed partial class Line(Account account, string clientId, CoordinatorClient coordinator, ICarrier carrier, ILogger logger)
{
    /// <summary>The extension's number.</summary>
    public string ExtensionNum => account.ExtensionNum;

    /// <summary>The call under way, or the last one.</summary>
    public Task Call { get; set; } = Task.CompletedTask;

    /// <summary>Makes one call and reports it. A call that goes wrong is given up here; the coordinator has it dialled again.</summary>
    /// <param name="number">The number to call.</param>
    /// <param name="calling">Ends the call itself.</param>
    /// <param name="saving">Ends the upload of what was heard, which outlives the call.</param>
    /// <exception cref="CoordinatorException">The client is lost (404), or the extension is not leased to it any more (409).</exception>
    public async Task CallAsync(string number, CancellationToken calling, CancellationToken saving)
    {
        try
        {
            await ReportAsync(ExtensionStatus.Call);
            var result = await carrier.CallAsync(account, number, () => ReportAsync(ExtensionStatus.During), calling);
            await coordinator.UploadAsync(clientId, ExtensionNum, number, result, saving);
        }
        catch (CoordinatorException e) when (!e.ClientIsLost)
        {
            LogAbandoned(number, ExtensionNum, e.Message);
        }
        catch (Exception e) when (e is not CoordinatorException && !calling.IsCancellationRequested)
        {
            LogFailed(e, number, ExtensionNum);
        }

        // Until it is heard, the coordinator takes the extension for busy: hence without a limit of attempts.
        await coordinator.ReportAsync(clientId, ExtensionNum, ExtensionStatus.Idle, number, calling, attempts: int.MaxValue);

        Task ReportAsync(ExtensionStatus status) => coordinator.ReportAsync(clientId, ExtensionNum, status, number, calling);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gave up the call to {Number} on {Extension}: {Reason}")]
    private partial void LogAbandoned(string number, string extension, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The call to {Number} on {Extension} failed")]
    private partial void LogFailed(Exception exception, string number, string extension);
}
