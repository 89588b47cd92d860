using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace EmptyNumber.Specimen;

/// <summary>Applications for the engine's tests, described as AppHost.cs describes the suite.</summary>
internal static class Scenarios
{
    public static async Task<int> RunAsync(string scenario, string[] settings)
    {
        var builder = DistributedApplication.CreateBuilder(settings);
        Action<IDistributedApplicationBuilder> describe = scenario switch
        {
            "pair" => Pair,
            "servers" => Servers,
            "existing" => Existing,
            "step" => Step,
            "crash" => Crash,
            _ => throw new ArgumentOutOfRangeException(nameof(scenario), scenario, "no such scenario"),
        };
        describe(builder);
        await builder.Build().RunAsync();
        return Environment.ExitCode;
    }

    /// <summary>Two replicas of a service, and another that refers to them; it has a port where one is given.</summary>
    private static void Pair(IDistributedApplicationBuilder builder)
    {
        var key = builder.AddParameter("key", "a secret", secret: true);
        var alpha = Program(builder, "alpha").WithReplicas(2).WithHttpEndpoint().WithHttpHealthCheck("/health");
        var beta = Program(builder, "beta").WithReference(alpha).WaitFor(alpha).WithEnvironment("Gateway__Key", key);
        int? port = int.TryParse(builder.Configuration["Port"], out var given) ? given : null;
        beta.WithHttpEndpoint(port: port).WithExternalHttpEndpoints().WithHttpHealthCheck("/health");
    }

    private static void Servers(IDistributedApplicationBuilder builder)
    {
        var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("thingsdb", "things");
        var redis = builder.AddRedis("redis");
        var rabbit = builder.AddRabbitMQ("rabbitmq").WithDataVolume();
        Program(builder, "alpha")
            .WithReference(database).WaitFor(database).WithReference(redis).WaitFor(redis).WithReference(rabbit).WaitFor(rabbit)
            .WithHttpEndpoint().WithHttpHealthCheck("/health");
    }

    private static void Existing(IDistributedApplicationBuilder builder)
    {
        var redis = builder.AddConnectionString("redis");
        Program(builder, "alpha").WithReference(redis).WaitFor(redis).WithHttpEndpoint().WithHttpHealthCheck("/health");
    }

    /// <summary>A service after a step that ends with the given code.</summary>
    private static void Step(IDistributedApplicationBuilder builder)
    {
        var step = Program(builder, "step").WithArgs("end", builder.Configuration["Code"]!);
        Program(builder, "alpha").WaitForCompletion(step).WithHttpEndpoint().WithHttpHealthCheck("/health");
    }

    private static void Crash(IDistributedApplicationBuilder builder) => Program(builder, "alpha").WithArgs("crash");

    private static IResourceBuilder<ProjectResource> Program(IDistributedApplicationBuilder builder, string name) =>
        builder.AddProject(name, ProjectFile, launchProfileName: null).WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development");

    private static string ProjectFile => typeof(Scenarios).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == nameof(ProjectFile)).Value!;
}
