using EmptyNumber.Listings.Apis;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Infrastructure.Demo;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using EmptyNumber.ServiceDefaults.Recordings;

namespace EmptyNumber.Listings;

/// <summary>What Listings consists of.</summary>
internal static class Extensions
{
    /// <summary>The images of photos, of whatever format.</summary>
    private static readonly StoreKind Photos = new("Photos", ".photo", "application/octet-stream");

    /// <summary>The service's own parts.</summary>
    public static void AddListings(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<ListingsDb>("listingsdb");
        builder.Services.AddOptions<ListingsOptions>().BindConfiguration("Listings").ValidateDataAnnotations().ValidateOnStart();
        builder.AddRecordingStore(Photos);
        builder.AddServiceClient(DetectionClient.Gateway);
        builder.Services.AddSingleton<HouseVersions>();
        builder.Services.AddSingleton<HouseMemory>();
        builder.Services.AddSingleton<DetectionClient>();
        builder.Services.AddSingleton<TelSignal>();
        builder.Services.AddHostedService<PhotoSweeper>();
        if (builder.Configuration["Listings:ServiceToken"] is { Length: > 0 })
            builder.Services.AddHostedService<TelChecker>();
    }

    /// <summary>Where all its endpoints are: what they are given is checked, and what the database refuses is told.</summary>
    public static RouteGroupBuilder MapListings(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api").AddEndpointFilter(Validation.FilterAsync).AddEndpointFilter(References.FilterAsync);

    /// <summary>The verb <c>migrate</c>: the schema and the districts; in development it adds demo listings as well.</summary>
    public static async Task<int> MigrateListingsAsync(this WebApplication app)
    {
        await app.MigrateAsync<ListingsDb>();
        await app.ImportDistrictsAsync();
        if (app.Environment.IsDevelopment())
            await app.AddDemoListingsAsync();
        return 0;
    }
}

/// <summary>How this API words its errors, in the words of its document.</summary>
internal static class ListingsErrors
{
    /// <summary><c>{"detail":"…"}</c>.</summary>
    public static ErrorForm Form { get; } = ErrorForm.Detail with { Unauthorized = "不正确的身份认证信息。", Forbidden = "您没有执行该操作的权限。" };

    /// <summary>The same, where a missing or bad token is answered 403 as well.</summary>
    public static ErrorForm Forbidding { get; } = Form with { UnauthorizedStatus = StatusCodes.Status403Forbidden };

    /// <summary>Writing estates.</summary>
    public static ErrorForm Estates { get; } = Forbidding with
    {
        Unauthorized = "请提供有效的身份认证信息",
        Forbidden = "You do not have permission to perform this action.",
    };
}
