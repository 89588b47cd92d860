namespace EmptyNumber.Accounts.Infrastructure.Sms;

/// <summary>Writes codes to the log, for development alone.</summary>
internal sealed partial class LogSmsSender(ILogger<LogSmsSender> logger) : ISmsSender
{
    /// <inheritdoc />
    public Task SendAsync(string tel, string code, CancellationToken cancellationToken)
    {
        Sent(logger, tel, code);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "Verification code for {Tel}: {Code}")]
    private static partial void Sent(ILogger logger, string tel, string code);
}
