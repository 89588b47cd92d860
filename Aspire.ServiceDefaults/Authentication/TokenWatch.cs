using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Ends answers that go on for long when the token that they were asked with ends.</summary>
public static class TokenWatch
{
    /// <summary>Together with the second for which an answer about a token is remembered, well below two seconds.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Cancels within 2 s when the token of a request is revoked or expires. Whoever follows with the same token shares the questions, one a
    /// second; while nobody can be asked, what has begun goes on.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="end">What is cancelled; ends the watching, too.</param>
    public static async Task CancelWithTokenAsync(this HttpContext context, CancellationTokenSource end)
    {
        var token = AccessToken.Hash(AccessToken.Of(context.Request)!);
        var introspector = context.RequestServices.GetRequiredService<ITokenIntrospector>();
        using var timer = new PeriodicTimer(Interval, context.RequestServices.GetRequiredService<TimeProvider>());
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                try
                {
                    if (await introspector.IntrospectAsync(token, end.Token) is null)
                        await end.CancelAsync();
                }
                catch (UnavailableException)
                {
                    // Asked again at the next tick.
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
    }
}
