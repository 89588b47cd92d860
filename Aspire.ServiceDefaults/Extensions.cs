using System.Text.Encodings.Web;
using System.Text.Json;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.Json;
using EmptyNumber.ServiceDefaults.OpenApi;
using EmptyNumber.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults;

/// <summary>What every service has.</summary>
public static class Extensions
{
    /// <summary>What would drown our own lines.</summary>
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        // The first migration looks for a database that is not there.
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Connection"] = "None",
        // A failed command is an exception as well.
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "None",
        // Anybody can send bad tokens.
        [$"Logging:LogLevel:{typeof(TokenAuthenticationHandler).FullName}"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
        // A replica that is away is told once, by its change of state, and not at each probe.
        ["Logging:LogLevel:Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor"] = "None",
    };

    /// <summary>Telemetry, logging and the clock: for every process.</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        builder.AddTelemetry();
        builder.Services.TryAddSingleton(TimeProvider.System);
        // Beneath all other sources, so that any of them may say otherwise.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
    }

    /// <summary>HTTP, an OpenAPI document and tokens: for every service.</summary>
    /// <inheritdoc cref="AddHttpDefaults"/>
    public static void AddApiDefaults(this WebApplicationBuilder builder, ErrorForm form, JsonNamingPolicy? naming = null)
    {
        builder.AddHttpDefaults(form, naming);
        builder.Services.AddApiDocument();
        builder.AddTokenAuthentication();
    }

    /// <summary>JSON, errors and health: for every process that answers HTTP.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="form">The form of its errors, unless an endpoint names another.</param>
    /// <param name="naming">How its JSON properties are named; snake_case where null.</param>
    public static void AddHttpDefaults(this WebApplicationBuilder builder, ErrorForm form, JsonNamingPolicy? naming = null)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(form);
        builder.Services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions, naming ?? JsonNamingPolicy.SnakeCaseLower));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.Configure<FormOptions>(forms => forms.ValueCountLimit = 64);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy());
    }

    /// <summary>The first middleware of every service, and the endpoints that each has.</summary>
    public static void UseServiceDefaults(this WebApplication app)
    {
        app.UseHttpDefaults();
        app.UseMiddleware<ForwardedIdentityMiddleware>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<BadTokenMiddleware>();
        app.UseAuthorization();
        app.MapHealthEndpoints();
        app.MapOpenApi().AllowAnonymous();
    }

    /// <summary>The first middleware of every process that answers HTTP: its spans and its errors.</summary>
    public static void UseHttpDefaults(this WebApplication app)
    {
        app.UseMiddleware<RequestSpanMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
    }

    /// <summary><c>/health</c>: ready to serve, with all that it needs; <c>/alive</c>: the process answers.</summary>
    public static void MapHealthEndpoints(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health").AllowAnonymous();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Name == "self" }).AllowAnonymous();
    }

    /// <summary>The JSON of our APIs: UTF-8 unescaped, dates in UTC with six decimals.</summary>
    public static void Configure(JsonSerializerOptions options, JsonNamingPolicy naming)
    {
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.PropertyNamingPolicy = naming;
        options.DictionaryKeyPolicy = null;
        options.Converters.Add(new UtcDateConverter());
    }
}
