using EmptyNumber.Listings.Images;
using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace EmptyNumber.Listings.Apis;

/// <summary>The images of photos, for browsers.</summary>
internal static class ImagesApi
{
    public static void MapImagesApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/photos/{name}", ReadAsync).WithTags("Photos").WithName("ReadImage").WithSummary("The image of a photo")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg", additionalContentTypes: ["image/png", "image/webp"]);

    /// <summary>Where the gateway serves the image of a photo; other bytes are at another place.</summary>
    public static string PathOf(Photo photo) => $"/api/photos/{photo.Image}{photo.Format.Extension()}";

    private static async Task<IResult> ReadAsync(string name, HttpResponse response, ListingsDb db, IRecordingStore store, CancellationToken cancellationToken)
    {
        var id = Path.GetFileNameWithoutExtension(name);
        if (!id.All(char.IsAsciiHexDigitLower)
            || await db.Photos.AsNoTracking().FirstOrDefaultAsync(photo => photo.Image == id, cancellationToken) is not { } photo
            || Path.GetExtension(name) != photo.Format.Extension()
            || await store.ReadAsync(id, cancellationToken) is not { } image)
        {
            return ApiError.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        // Whatever else a browser may find in the file, it runs nothing of it and fetches nothing for it.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Bytes(image, photo.Format.MediaType(), entityTag: new EntityTagHeaderValue($"\"{id}\""));
    }
}
