using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmptyNumber.AppHost.Sample;

/// <summary>Says when the suite is ready and how to use it, then has it detect the sample batch.</summary>
internal sealed class Welcome(LaunchOptions options, IHostEnvironment environment, IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var gateway = new GatewayClient(options.Gateway);
        while (!await gateway.IsHealthyAsync(stoppingToken))
            await Task.Delay(PollInterval, stoppingToken);
        // Written past the screen's line breaking: the commands are there to be copied.
        Console.WriteLine(Guide());
        if (!options.Sample)
            return;
        var succeeded = await DetectSampleAsync(gateway, stoppingToken);
        if (!options.Once)
            return;
        Environment.ExitCode = succeeded ? 0 : 1;
        lifetime.StopApplication();
    }

    private async Task<bool> DetectSampleAsync(GatewayClient gateway, CancellationToken ct)
    {
        try
        {
            if (!environment.IsDevelopment())
                throw new SampleException($"There is no sample batch in {environment.EnvironmentName}: its user exists in Development only.");
            var wrong = await SampleBatch.RunAsync(gateway, ct);
            foreach (var result in wrong)
                Terminal.WriteError($"{result.Record.Number}: state {result.Record.State} ({result.Heard}), {result.ExpectedState} was expected.");
            if (wrong.Count == 0)
                Terminal.WriteLine("All states of the sample batch are right.");
            return wrong.Count == 0;
        }
        catch (Exception e) when (e is SampleException or HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            Terminal.WriteError($"The sample batch failed: {e.Message}");
            return false;
        }
    }

    private string Guide()
    {
        var url = options.Gateway.ToString().TrimEnd('/');
        return $$"""

            Ready: {{url}}

            Log in, submit, watch, fetch:
              token=$(curl -s {{url}}/api/login/ -d username=jackfrued -d password=123456 | grep -o '[0-9a-f]\{40\}')
              curl -s {{url}}/detect/ -H "Authorization: Token $token" -H "Content-Type: application/json" -d '{"numbers":["13800000002"]}'
              curl -s {{url}}/detect/1/process/ -H "Authorization: Token $token"
              curl -s {{url}}/phone/1/ -H "Authorization: Token $token"
            API documents: {{url}}/docs   Logs: {{Path.Combine(options.Data, "logs")}}   Ctrl-C stops everything.

            """;
    }
}

internal static class WelcomeRegistration
{
    /// <summary>Adds the welcome to the launcher's own services.</summary>
    public static IServiceCollection AddWelcome(this IServiceCollection services, LaunchOptions options) =>
        services.AddSingleton(options).AddHostedService<Welcome>();
}
