namespace EmptyNumber.Accounts.Infrastructure.Sms;

/// <summary>Sends verification codes (短信验证码) to mobile numbers.</summary>
internal interface ISmsSender
{
    /// <summary>Returns when the provider has taken the message.</summary>
    /// <param name="tel">A mobile number of mainland China, 11 digits.</param>
    /// <param name="code">Six digits.</param>
    /// <param name="cancellationToken">Ends the waiting; the message may still be sent.</param>
    /// <exception cref="SmsException">It could not be sent.</exception>
    Task SendAsync(string tel, string code, CancellationToken cancellationToken);
}

/// <summary>A message could not be sent.</summary>
/// <param name="message">Why, without number and code.</param>
/// <param name="inner">What lies beneath.</param>
internal sealed class SmsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>For deployments without a provider.</summary>
internal sealed class NoSmsSender : ISmsSender
{
    /// <inheritdoc />
    public Task SendAsync(string tel, string code, CancellationToken cancellationToken) =>
        throw new SmsException("Sms:Endpoint is not configured.");
}
