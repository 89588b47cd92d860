using System.Net;

namespace EmptyNumber.Faults.Tests.Fleet;

/// <summary>How a patient client sends its requests.</summary>
internal static class Requests
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Sends until it is answered with anything but a trouble of the service's own.</summary>
    /// <returns>False where it was refused.</returns>
    /// <exception cref="ClientLostException">The service does not know the client.</exception>
    public static async Task<bool> SendAsync(Func<CancellationToken, Task> request, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (await StatusOfAsync(request, cancellationToken))
            {
                case HttpStatusCode.OK:
                    return true;
                case HttpStatusCode.NotFound:
                    throw new ClientLostException();
                case { } status when (int)status is >= 400 and < 500 and not 429:
                    return false;
            }

            await Task.Delay(RetryPause, cancellationToken);
        }
    }

    /// <summary>Sends the same several times at once.</summary>
    /// <inheritdoc cref="SendAsync(Func{CancellationToken, Task}, CancellationToken)" />
    public static async Task<bool> SendAsync(int times, Func<CancellationToken, Task> request, CancellationToken cancellationToken) =>
        (await Task.WhenAll(Enumerable.Range(0, times).Select(_ => SendAsync(request, cancellationToken)))).All(taken => taken);

    /// <summary>Sends once.</summary>
    /// <returns>The status; null where there was no answer.</returns>
    public static async Task<HttpStatusCode?> StatusOfAsync(Func<CancellationToken, Task> request, CancellationToken cancellationToken)
    {
        try
        {
            await request(cancellationToken);
            return HttpStatusCode.OK;
        }
        catch (HttpRequestException e)
        {
            return e.StatusCode;
        }
        catch (IOException)
        {
            return null; // the answer broke off
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
